/**
 * The one catalogue of what Kedai says to people, in errors, reasons and notifications: English, as it is written where it is raised,
 * and Indonesian. `{name}` stands for a value, in both. A code has a message of its own for what no other entry says, so that no code is without one: the types
 * demand it.
 */
import type { ErrorCode, UserErrorCode } from '../errors.js';

/** Every code, in Indonesian. Of a bad request and a failure, developers read the message that it has. */
export const MESSAGE_OF_CODE: Readonly<
  Record<UserErrorCode | Exclude<`${ErrorCode}`, 'BAD_USER_INPUT'>, string>
> = {
  UNAUTHENTICATED: 'Silakan masuk dahulu',
  FORBIDDEN: 'Tidak diizinkan',
  NOT_FOUND: 'Tidak ditemukan',
  RATE_LIMITED: 'Terlalu banyak permintaan',
  OPERATION_TOO_COMPLEX: 'Permintaan terlalu rumit',
  SUBGRAPH_UNAVAILABLE: 'Sedang tidak tersedia: coba lagi nanti',
  INTERNAL_SERVER_ERROR: 'Terjadi kesalahan pada server',
  ABOVE_APPROVAL_LIMIT: 'Melebihi jumlah yang boleh Anda setujui',
  ALREADY_EXISTS: 'Sudah ada',
  AMOUNT_EXCEEDS_OWED: 'Melebihi jumlah yang masih harus dibayar',
  CART_EMPTY: 'Keranjang kosong',
  IDEMPOTENCY_KEY_REUSED: 'Kunci ini telah dipakai dengan masukan lain',
  INSUFFICIENT_POINTS: 'Poin tidak cukup',
  INVALID_CREDENTIALS: 'E-mail atau kata sandi salah',
  INVALID_INPUT: 'Isian tidak sah',
  INVALID_OPTION: 'Pilihan tidak sah',
  INVALID_QUANTITY: 'Jumlah tidak sah',
  INVALID_STATE: 'Tidak dapat dilakukan pada keadaan sekarang',
  IN_USE: 'Masih dipakai',
  ITEM_UNAVAILABLE: 'Menu ini sedang tidak tersedia',
  LINK_INVALID: 'Tautan ini tidak berlaku lagi',
  ORDER_NOT_PAYABLE: 'Pesanan ini tidak dapat dibayar',
  OUTLET_CLOSED: 'Outlet sedang tutup',
  OUT_OF_STOCK: 'Stok habis',
  PAYMENT_DECLINED: 'Pembayaran ditolak',
  PAYMENT_METHOD_UNAVAILABLE: 'Metode pembayaran ini tidak tersedia',
  PRICE_CHANGED: 'Harga telah berubah',
  REFUND_EXCEEDS_CAPTURED: 'Melebihi jumlah yang dapat dikembalikan',
  SECOND_FACTOR_REQUIRED: 'Kode verifikasi diperlukan',
  SESSION_ENDED: 'Sesi telah berakhir',
  TENDERED_TOO_LITTLE: 'Uang tunai kurang',
  TOO_MANY_ATTEMPTS: 'Terlalu banyak percobaan: coba lagi nanti',
  TOO_MANY_UNPAID_ORDERS: 'Terlalu banyak pesanan yang belum dibayar',
};

/** By what they say in English. */
export const MESSAGES: Readonly<Record<string, string>> = {
  // Requests
  'Sign in first': 'Silakan masuk dahulu',
  'Not allowed': 'Tidak diizinkan',
  'Internal server error': 'Terjadi kesalahan pada server',
  'Not available at the moment: the request may or may not have been carried out':
    'Sedang tidak tersedia: permintaan ini mungkin sudah atau belum dijalankan',
  '{subgraph} is unavailable': '{subgraph} sedang tidak tersedia',
  'Subgraph "{subgraph}" is unavailable': 'Bagian "{subgraph}" sedang tidak tersedia',
  'Sessions cannot be looked up at the moment': 'Sesi sedang tidak dapat diperiksa',
  'A session is opened by { "email", "password" }, and "code" where a second factor is set':
    'Sesi dibuka dengan { "email", "password" }, dan "code" bila faktor kedua telah dipasang',
  "A session is opened and ended from the gateway's own origin":
    'Sesi dibuka dan diakhiri dari asal gateway sendiri',
  'Access tokens cannot be verified at the moment': 'Token akses sedang tidak dapat diperiksa',
  'The access token is invalid or has expired': 'Token akses tidak sah atau telah kedaluwarsa',
  'What staff may do cannot be confirmed at the moment': 'Wewenang staf sedang tidak dapat dipastikan',
  'The operation was cancelled': 'Permintaan dibatalkan',
  'The operation has too many {what}: at most {limit}':
    'Permintaan memuat terlalu banyak {what}: paling banyak {limit}',
  'The operation may cost {cost}: at most {limit}': 'Permintaan dapat berbiaya {cost}: paling banyak {limit}',
  'A page has at most {count} entries': 'Satu halaman memuat paling banyak {count} entri',
  'Too many sockets and streams are open': 'Terlalu banyak soket dan aliran yang terbuka',
  'Too many requests': 'Terlalu banyak permintaan',
  'A socket carries at most {count} operations at once':
    'Satu soket membawa paling banyak {count} operasi sekaligus',
  'A subscription needs a stream: WebSocket (graphql-transport-ws) or server-sent events':
    'Langganan memerlukan aliran: WebSocket (graphql-transport-ws) atau server-sent events',
  'Only a subscription has a stream': 'Hanya langganan yang memiliki aliran',
  'This address answers with text/event-stream alone': 'Alamat ini hanya menjawab dengan text/event-stream',
  'An answer is application/json, application/graphql-response+json or text/event-stream':
    'Jawaban berupa application/json, application/graphql-response+json, atau text/event-stream',
  'A mutation is sent by POST': 'Mutasi dikirim dengan POST',
  'Introspection is disabled': 'Introspeksi dinonaktifkan',
  'Only listed operations are run here': 'Hanya operasi terdaftar yang dijalankan di sini',
  'The hash is not that of the query': 'Hash tidak sesuai dengan kueri',
  'Subscriber fell {count} messages behind': 'Pelanggan tertinggal {count} pesan',
  '{name} must be between 1 and {maximum}': '{name} harus antara 1 dan {maximum}',
  '{name} is not a cursor of this list': '{name} bukan kursor dari daftar ini',
  'after is not the cursor of an event of this stream': 'after bukan kursor dari peristiwa aliran ini',
  'after is too old: subscribe without it, and forget what came before':
    'after terlalu lama: berlanggananlah tanpa itu, dan lupakan yang sebelumnya',
  'The cursor is not one of this list': 'Kursor ini bukan dari daftar ini',
  'The cursor is not one of this search': 'Kursor ini bukan dari pencarian ini',
  'search is a text of at most {maximum} characters': 'search adalah teks paling panjang {maximum} karakter',
  'from must not be after to': 'from tidak boleh sesudah to',
  'first must be between 1 and {maximum}': 'first harus antara 1 dan {maximum}',
  'days must be between 1 and {maximum}': 'days harus antara 1 dan {maximum}',
  'A history has {count} points at the most: ask for a shorter time':
    'Riwayat memuat paling banyak {count} titik: minta waktu yang lebih singkat',
  'A history has {count} points at the most: ask for a shorter time or for {resolution}':
    'Riwayat memuat paling banyak {count} titik: minta waktu yang lebih singkat atau {resolution}',
  'from must be before to': 'from harus sebelum to',
  'A usage report spans {days} days at the most': 'Laporan pemakaian mencakup paling lama {days} hari',
  'The report reads too much: ask for fewer days, for one outlet or for one item':
    'Laporan ini membaca terlalu banyak: minta hari yang lebih sedikit, satu outlet, atau satu barang',
  'More has moved in this outlet in four weeks than can be read in time':
    'Terlalu banyak pergerakan di outlet ini dalam empat minggu untuk dibaca pada waktunya',
  'A report spans three years at the most': 'Laporan mencakup paling lama tiga tahun',
  'A forecast is of 1 to {count} days': 'Prakiraan mencakup 1 sampai {count} hari',
  'Lost sales are of {days} days at the most': 'Penjualan yang hilang mencakup paling lama {days} hari',
  'likeForLike goes with compareWith': 'likeForLike hanya berlaku bersama compareWith',
  'month is not a month, such as 2026-11': 'month bukan bulan; contohnya 2026-11',
  'No document has this documentId': 'Tidak ada dokumen dengan documentId ini',
  '{name} is not a day': '{name} bukan tanggal',

  // What is not there
  '{what} not found': '{what} tidak ditemukan',
  'Cart not found': 'Keranjang tidak ditemukan',
  'Cart line not found': 'Baris keranjang tidak ditemukan',
  'Category not found': 'Kategori tidak ditemukan',
  'Customer not found': 'Pelanggan tidak ditemukan',
  'Dispute not found': 'Sengketa tidak ditemukan',
  'Franchise not found': 'Waralaba tidak ditemukan',
  'Ingredient not found': 'Bahan tidak ditemukan',
  'Invitation not found': 'Undangan tidak ditemukan',
  'Menu item not found': 'Menu tidak ditemukan',
  'Notification not found': 'Pemberitahuan tidak ditemukan',
  'Option not found': 'Pilihan tidak ditemukan',
  'Order not found': 'Pesanan tidak ditemukan',
  'OrderLine not found': 'Baris pesanan tidak ditemukan',
  'Outlet not found': 'Outlet tidak ditemukan',
  'Payment not found': 'Pembayaran tidak ditemukan',
  'Promotion not found': 'Promosi tidak ditemukan',
  'Purchase order not found': 'Pesanan pembelian tidak ditemukan',
  'Receipt not found': 'Struk tidak ditemukan',
  'Redemption not found': 'Penukaran tidak ditemukan',
  'Reward not found': 'Hadiah tidak ditemukan',
  'Session not found': 'Sesi tidak ditemukan',
  'Settlement not found': 'Penyelesaian tidak ditemukan',
  'Shelf not found': 'Rak tidak ditemukan',
  'Stock count not found': 'Penghitungan tidak ditemukan',
  'Transfer not found': 'Pemindahan tidak ditemukan',
  'Webhook not found': 'Webhook tidak ditemukan',
  'Dead letter not found': 'Pesan gagal tidak ditemukan',
  'Stock item not found': 'Barang stok tidak ditemukan',
  'Supplier not found': 'Pemasok tidak ditemukan',

  // Input
  'Consent names the text that was shown.': 'Persetujuan menyebut teks yang ditampilkan.',
  Required: 'Wajib diisi',
  'Must not be empty': 'Tidak boleh kosong',
  'must be text': 'harus berupa teks',
  'Must not contain control characters': 'Tidak boleh memuat karakter kendali',
  'At most {maximum} characters': 'Paling banyak {maximum} karakter',
  'At least {minimum} characters': 'Paling sedikit {minimum} karakter',
  'At most {maximum} entries': 'Paling banyak {maximum} entri',
  'At most {maximum} at once': 'Paling banyak {maximum} sekaligus',
  'At most {maximum}': 'Paling banyak {maximum}',
  'Must be at least {minimum}': 'Paling sedikit {minimum}',
  'must be at least {minimum}': 'paling sedikit {minimum}',
  'must not be negative': 'tidak boleh negatif',
  'Must be at most {maximum}': 'Paling banyak {maximum}',
  'Must be a whole number': 'Harus bilangan bulat',
  'A whole number from {minimum} to {maximum}': 'Bilangan bulat dari {minimum} sampai {maximum}',
  'Some of {choices}': 'Sebagian dari {choices}',
  'Listed twice': 'Disebut dua kali',
  'This is named twice.': 'Ini disebut dua kali.',
  'An idempotency key has 1 to {maximum} printable characters':
    'Kunci idempotensi terdiri atas 1 sampai {maximum} karakter yang dapat dicetak',
  'This key was used with another input': 'Kunci ini telah dipakai dengan masukan lain',
  'A phone number is in international format, such as +6281234567890, or local, such as 0812…':
    'Nomor telepon ditulis dalam format internasional, seperti +6281234567890, atau lokal, seperti 0812…',
  'A time zone has an IANA name, such as Asia/Jakarta': 'Zona waktu memakai nama IANA, seperti Asia/Jakarta',
  'A time is HH:MM, from 00:00 to 24:00': 'Waktu ditulis HH:MM, dari 00:00 sampai 24:00',
  'The day is over at 24:00': 'Hari berakhir pukul 24:00',
  'A date is YYYY-MM-DD': 'Tanggal ditulis YYYY-MM-DD',
  'A date is given twice': 'Satu tanggal disebut dua kali',
  'The moment lies in the past': 'Waktu itu sudah lewat',
  'The moment lies more than a year ahead': 'Waktu itu lebih dari setahun lagi',
  'A reason is one line of at most {maximum} characters.':
    'Alasan terdiri atas satu baris paling panjang {maximum} karakter.',

  // Accounts
  'E-mail or password is wrong': 'E-mail atau kata sandi salah',
  'The password is wrong': 'Kata sandi salah',
  'Too many attempts: try again later': 'Terlalu banyak percobaan: coba lagi nanti',
  'Too many mails within an hour': 'Terlalu banyak e-mail dalam satu jam',
  'This session is over: sign in again': 'Sesi ini telah berakhir: silakan masuk lagi',
  'This is no session of yours': 'Ini bukan sesi Anda',
  'This e-mail address has an account already': 'Alamat e-mail ini sudah memiliki akun',
  'This e-mail address has an account by now: try again':
    'Alamat e-mail ini sekarang sudah memiliki akun: coba lagi',
  'Another account has this e-mail address': 'Akun lain memakai alamat e-mail ini',
  'No account has this e-mail address': 'Tidak ada akun dengan alamat e-mail ini',
  'This is the address of the account': 'Ini sudah alamat e-mail akun ini',
  'An e-mail address has at most {maximum} characters': 'Alamat e-mail paling panjang {maximum} karakter',
  'A password has at least {minimum} characters': 'Kata sandi paling sedikit {minimum} karakter',
  'A password has at most {maximum} characters': 'Kata sandi paling banyak {maximum} karakter',
  'A password must not be the e-mail address': 'Kata sandi tidak boleh sama dengan alamat e-mail',
  'This link is not one of a mail of ours': 'Tautan ini bukan dari surat kami',
  'There are no notifications of this kind by this channel':
    'Tidak ada pemberitahuan jenis ini lewat saluran ini',
  'A time is HH:MM, from 00:00 to 23:59': 'Waktu ditulis JJ:MM, dari 00:00 sampai 23:59',
  'These are no keys of a browser': 'Ini bukan kunci peramban',
  'Pushes are not set up here': 'Notifikasi push belum disiapkan di sini',
  'A push service has an https address on the public internet':
    'Layanan push memakai alamat https di internet publik',
  'Quiet hours end at another time': 'Jam tenang berakhir pada waktu yang lain',
  'This link was used or has expired: ask for another':
    'Tautan ini sudah dipakai atau kedaluwarsa: mintalah yang baru',
  'Head office cannot lock itself out: another account has to revoke this role':
    'Kantor pusat tidak dapat mengunci dirinya sendiri: akun lain yang harus mencabut peran ini',
  'This person does not hold that role there': 'Orang ini tidak memegang peran itu di sana',
  'Who does not work for you yet is named by email':
    'Orang yang belum bekerja pada Anda disebutkan dengan email',
  'Name the person by customerId or by email': 'Sebutkan orangnya dengan customerId atau email',
  'Everybody with an account is a customer': 'Setiap pemilik akun adalah pelanggan',
  '{role} needs {field}': '{role} memerlukan {field}',
  '{role} takes no {field}': '{role} tidak memakai {field}',
  '{email} is an account of the demo, which cannot sign in here':
    '{email} adalah akun demo, yang tidak dapat masuk di sini',
  '{email} has an account, which is not head office': '{email} memiliki akun yang bukan kantor pusat',
  'Notifications are for their recipient alone': 'Pemberitahuan hanya untuk penerimanya',
  '{name} costs {points} points; you have {balance}.': '{name} seharga {points} poin; poin Anda {balance}.',

  // Menu and outlets
  'Another group has this name': 'Kelompok lain memakai nama ini',
  'Another option of the group has this name': 'Pilihan lain dalam kelompok ini memakai nama ini',
  'Another category has this name': 'Kategori lain memakai nama ini',
  'Another franchise has this name': 'Waralaba lain memakai nama ini',
  'Another item has this barcode': 'Menu lain memakai kode batang ini',
  'The franchise has an outlet of this name': 'Waralaba ini sudah memiliki outlet dengan nama ini',
  'The franchise has another outlet of this name': 'Waralaba ini memiliki outlet lain dengan nama ini',
  'A price lies between 1 and {maximum} rupiah': 'Harga antara 1 dan {maximum} rupiah',
  'With its cheapest options the item would cost less than 1 rupiah':
    'Dengan pilihan termurah, harga menu ini kurang dari 1 rupiah',
  "With these options the item would cost less than 1 rupiah at an outlet's own price":
    'Dengan pilihan ini, harga menu pada harga outlet sendiri kurang dari 1 rupiah',
  'The item has no such option, or it is given twice':
    'Menu ini tidak memiliki pilihan itu, atau disebut dua kali',
  'The bounds are 0 ≤ minimum ≤ maximum ≤ number of options':
    'Batasnya 0 ≤ minimum ≤ maximum ≤ jumlah pilihan',
  'The default options are a choice that the bounds allow, of at least one option':
    'Pilihan bawaan harus sesuai dengan batas, paling sedikit satu',
  'A default option that is exclusive is the only one': 'Pilihan bawaan yang eksklusif adalah satu-satunya',
  'An exclusive option can never be one of two': 'Pilihan eksklusif tidak dapat menjadi salah satu dari dua',
  'An option changes the price by at most {maximum} rupiah':
    'Pilihan mengubah harga paling banyak {maximum} rupiah',
  'A quantity is a whole number other than 0': 'Jumlah adalah bilangan bulat selain 0',
  'A recipe has at least one ingredient': 'Resep memiliki paling sedikit satu bahan',
  'A recipe has at most {maximum} lines': 'Resep paling banyak {maximum} baris',
  'A quantity lies between 1 and {maximum}': 'Jumlah antara 1 dan {maximum}',
  'Goods are best before a day from 60 days ago to 10 years from now':
    'Barang baik digunakan sebelum tanggal antara 60 hari yang lalu dan 10 tahun lagi',
  'Another line has this ingredient': 'Baris lain memakai bahan ini',
  'Options take more of {ingredient} than the recipe has':
    'Pilihan mengurangi {ingredient} lebih banyak daripada yang ada dalam resep',
  'Not the id of an ingredient': 'Bukan id bahan',
  'A group has at most {maximum} options': 'Satu kelompok paling banyak {maximum} pilihan',
  'An item has at most {maximum} groups': 'Satu menu paling banyak {maximum} kelompok',
  'An item is in at most {maximum} categories': 'Satu menu paling banyak dalam {maximum} kategori',
  'No such category': 'Tidak ada kategori itu',
  'A position is at most {maximum}': 'Posisi paling banyak {maximum}',
  'A position is at least 0': 'Posisi paling sedikit 0',
  'A season begins and ends after the year 1999': 'Musim dimulai dan berakhir sesudah tahun 1999',
  'A season ends on or after its first day': 'Musim berakhir pada atau sesudah hari pertamanya',
  "A barcode is a GTIN (EAN-13, UPC-A …) with its check digit, or a code of the chain's own":
    'Kode batang adalah GTIN (EAN-13, UPC-A …) dengan digit periksanya, atau kode milik jaringan sendiri',
  'An address that begins with https://': 'Alamat yang diawali https://',
  'Preparation takes at most a day': 'Penyiapan paling lama sehari',
  'A moment needs a price that takes effect at it': 'Waktu memerlukan harga yang berlaku saat itu',
  'What is available does not come back later': 'Yang tersedia tidak kembali kemudian',
  'Either an item or an option is meant': 'Sebutkan salah satu: menu atau pilihan',
  'At most {percent} per cent of the lowest price, {most} rupiah, can be taken off':
    'Potongan paling banyak {percent} persen dari harga terendah, {most} rupiah',
  'A promotion has at least one item': 'Promosi memiliki paling sedikit satu menu',
  'A promotion ends after it starts': 'Promosi berakhir sesudah dimulai',
  'The end lies in the past': 'Akhirnya sudah lewat',
  'A promotion is for 1 to {maximum} units': 'Promosi berlaku untuk 1 sampai {maximum} unit',
  'Either a percentage or an amount is taken off': 'Potongan berupa persentase atau jumlah',
  'From 1 to {maximum} per cent can be taken off': 'Potongan dari 1 sampai {maximum} persen',
  'From 1 to {maximum} rupiah can be taken off': 'Potongan dari 1 sampai {maximum} rupiah',
  'Only head office promotes at every outlet': 'Hanya kantor pusat yang membuat promosi di semua outlet',
  'The outlet has no {field} yet.': 'Outlet ini belum memiliki {field}.',
  'A pause ends in the future, within a year.': 'Jeda berakhir di waktu mendatang, dalam setahun.',
  'The outlet is {status}.': 'Outlet ini berstatus {status}.',
  'The outlet is closed for good.': 'Outlet ini tutup untuk selamanya.',
  'The settings are {keys}.': 'Pengaturannya: {keys}.',
  'The chain has no id.': 'Jaringan tidak memiliki id.',
  '{by} has locked this setting.': '{by} mengunci pengaturan ini.',

  // Orders
  'The cart is empty.': 'Keranjang kosong.',
  'A cart has at most {maximum} lines.': 'Keranjang paling banyak {maximum} baris.',
  'At most {maximum} of one item.': 'Paling banyak {maximum} dari satu menu.',
  'An order has between 1 and {maximum} lines.': 'Pesanan terdiri atas 1 sampai {maximum} baris.',
  'A second factor is set: remove it before setting another':
    'Faktor kedua sudah dipasang: lepaskan dahulu sebelum memasang yang lain',
  'Confirm your e-mail address first: requestEmailVerification':
    'Konfirmasikan alamat e-mail Anda dahulu: requestEmailVerification',
  'Begin with beginSecondFactor': 'Mulailah dengan beginSecondFactor',
  'No second factor is set': 'Faktor kedua belum dipasang',
  'Your own is removed by disableSecondFactor': 'Milik Anda sendiri dilepaskan dengan disableSecondFactor',
  'Enter a code of the second factor, too': 'Masukkan juga kode faktor kedua',
  'The code is wrong, or was used: wait for the next one':
    'Kode salah atau sudah dipakai: tunggu kode berikutnya',
  'Your roles count once a second factor is set: beginSecondFactor, then refreshSession':
    'Peran Anda berlaku setelah faktor kedua dipasang: beginSecondFactor, lalu refreshSession',
  '{email} has no account': '{email} tidak memiliki akun',
  'The menu has no such item.': 'Menu ini tidak ada.',
  'This is no favourite of yours.': 'Menu ini bukan favorit Anda.',
  'An order has at most {maximum} units here.': 'Di sini satu pesanan paling banyak {maximum} unit.',
  'The order is too large.': 'Pesanan terlalu besar.',
  'Quantity must be between 1 and {maximum}.': 'Jumlah harus antara 1 dan {maximum}.',
  'A note is one line of at most {maximum} characters.':
    'Catatan terdiri atas satu baris paling panjang {maximum} karakter.',
  'Too many options.': 'Terlalu banyak pilihan.',
  'An option is chosen twice.': 'Satu pilihan dipilih dua kali.',
  'Choose at least {minimum} of {group}.': 'Pilih paling sedikit {minimum} dari {group}.',
  'Choose at most {maximum} of {group}.': 'Pilih paling banyak {maximum} dari {group}.',
  '{option} goes with nothing else of {group}.':
    '{option} tidak dapat digabung dengan pilihan lain dari {group}.',
  '{item} has no such option.': '{item} tidak memiliki pilihan itu.',
  'This item is not sold here now.': 'Menu ini sedang tidak dijual di sini.',
  '{item} is not sold here now.': '{item} sedang tidak dijual di sini.',
  '{item} is sold out.': '{item} habis.',
  '{item} is not available here.': '{item} tidak tersedia di sini.',
  '{item} is not available here until {moment}.': '{item} tidak tersedia di sini sampai {moment}.',
  'The price of {item} was {former} rupiah and is {present} rupiah now.':
    'Harga {item} semula {former} rupiah, sekarang {present} rupiah.',
  'The total is {total} rupiah now.': 'Totalnya sekarang {total} rupiah.',
  'Too few units are left at the promotional price.': 'Sisa unit dengan harga promosi tidak cukup.',
  'A reward has been spent on another order.': 'Hadiah ini telah dipakai pada pesanan lain.',
  'This has been spent on an order.': 'Ini telah dipakai pada suatu pesanan.',
  'The points of this reward were taken back.': 'Poin untuk hadiah ini telah ditarik kembali.',
  'You have no such redemption.': 'Anda tidak memiliki penukaran itu.',
  'At most {maximum} for one order.': 'Paling banyak {maximum} untuk satu pesanan.',
  'Rewards leave at least {least} rupiah to pay; these would take {discount} off {total}.':
    'Hadiah menyisakan paling sedikit {least} rupiah untuk dibayar; ini memotong {discount} dari {total}.',
  'Rewards take off nothing or more.': 'Potongan hadiah nol atau lebih.',
  'Pay or cancel an order that you have placed here first.':
    'Bayar atau batalkan dahulu pesanan Anda di sini.',
  'A pickup time is between now and {minutes} minutes from now.':
    'Waktu pengambilan antara sekarang dan {minutes} menit lagi.',
  '{outlet} takes no orders for that time.': '{outlet} tidak menerima pesanan untuk waktu itu.',
  'The order is {status}.': 'Pesanan ini berstatus {status}.',
  'The order is {status} and archived: it changes no more.':
    'Pesanan ini berstatus {status} dan diarsipkan: tidak berubah lagi.',
  'The order is {status}: say what becomes of the drink.':
    'Pesanan ini berstatus {status}: sebutkan apa yang terjadi dengan minumannya.',
  'The order has been {status} for more than a minute.': 'Pesanan ini sudah {status} lebih dari satu menit.',
  'Nothing has been made for the order.': 'Belum ada yang dibuat untuk pesanan ini.',
  'Name the lines to make again.': 'Sebutkan baris yang dibuat ulang.',
  'That is no day.': 'Itu bukan tanggal.',
  'A kind of day is of capital letters, digits and underscores, 40 at the most.':
    'Jenis hari terdiri atas huruf besar, angka dan garis bawah, paling banyak 40.',
  'Name 1 to {maximum} items.': 'Sebutkan 1 sampai {maximum} menu.',
  'There is no item {id}.': 'Tidak ada menu {id}.',
  "A station's name is one line of at most {maximum} characters.":
    'Nama stasiun terdiri atas satu baris paling panjang {maximum} karakter.',

  // Payments
  'This order is paid': 'Pesanan ini sudah dibayar',
  'This order can no longer be paid': 'Pesanan ini tidak dapat dibayar lagi',
  'This order cannot be paid yet': 'Pesanan ini belum dapat dibayar',
  'A payment of this order is under way': 'Pembayaran pesanan ini sedang berlangsung',
  'Another payment of this order failed just now': 'Pembayaran lain untuk pesanan ini baru saja gagal',
  'At most {owed} is still owed': 'Yang masih harus dibayar paling banyak {owed}',
  '{charged} has to be paid': '{charged} harus dibayar',
  'Cash alone is tendered': 'Hanya uang tunai yang diserahkan',
  'This payment is no longer under way': 'Pembayaran ini tidak lagi berlangsung',
  // Counter, tills and closes of days
  'Say the guest’s name, a table, or a member’s phone number or code.':
    'Isi nama tamu, meja, atau nomor telepon atau kode anggota.',
  'A member’s code has eight digits.': 'Kode anggota terdiri dari delapan angka.',
  'Give a member’s phone number or code, not both.': 'Isi nomor telepon atau kode anggota, salah satu saja.',
  'No member shows this code now. Ask for the one that the shop shows at this moment.':
    'Kode ini tidak sedang ditampilkan anggota mana pun. Minta kode yang tampil di toko saat ini.',
  'Too many wrong codes: ask the member for the phone number.':
    'Terlalu banyak kode yang salah: minta nomor telepon anggota.',
  'Members spend their rewards themselves.': 'Anggota memakai hadiahnya sendiri.',
  'No member has this phone number. Leave it out to take the order for a guest.':
    'Tidak ada anggota dengan nomor telepon ini. Kosongkan untuk memesan bagi tamu.',
  'This phone number does not name one member. Leave it out to take the order for a guest.':
    'Nomor telepon ini bukan milik satu anggota saja. Kosongkan untuk memesan bagi tamu.',
  'One line of at most {maximum} characters.': 'Satu baris, paling banyak {maximum} karakter.',
  'The till of drawer {drawer} is open: close it first.': 'Kas laci {drawer} masih buka: tutup dahulu.',
  'At most {most} is in the till.': 'Isi kas paling banyak {most}.',
  'This till is closed.': 'Kas ini sudah ditutup.',
  'A till is closed by the person who opened it, or by a manager':
    'Kas ditutup oleh yang membukanya, atau manajer',
  'Cash is counted.': 'Uang tunai harus dihitung.',
  'A method is counted once.': 'Tiap metode dihitung satu kali.',
  'A day such as 2026-11-20.': 'Tanggal seperti 2026-11-20.',
  'A day is closed once it has begun.': 'Hari ditutup setelah dimulai.',
  'A day is closed on itself or on the next one: close {yesterday}. What skipped days had stands in the next close.':
    'Hari ditutup pada hari itu atau hari berikutnya: tutuplah {yesterday}. Isi hari yang terlewat ada dalam penutupan berikutnya.',
  '{later} is closed: what {day} had stands in its report.':
    '{later} sudah ditutup: isi {day} ada dalam laporannya.',
  'This payment does not wait for cash': 'Pembayaran ini tidak menunggu uang tunai',
  'This payment is archived and can no longer be changed':
    'Pembayaran ini diarsipkan dan tidak dapat diubah lagi',
  'Nothing was captured by this payment': 'Pembayaran ini tidak menerima uang',
  'At most {amount} can be given back': 'Paling banyak {amount} dapat dikembalikan',
  'At most {amount} can be given back; {disputed} is disputed':
    'Paling banyak {amount} dapat dikembalikan; {disputed} disengketakan',
  'At most {amount} is neither refunded nor disputed':
    'Paling banyak {amount} yang belum dikembalikan atau disengketakan',
  'Cash payments cannot be disputed': 'Pembayaran tunai tidak dapat disengketakan',
  'This dispute is closed': 'Sengketa ini sudah ditutup',
  'This dispute is archived and can no longer be changed':
    'Sengketa ini diarsipkan dan tidak dapat diubah lagi',
  'Evidence can no longer be submitted': 'Bukti tidak dapat diajukan lagi',
  'Declined: {reason}': 'Ditolak: {reason}',
  '{method} cannot be paid with here': '{method} tidak dapat dipakai di sini',
  'This outlet does not take {method}.': 'Outlet ini tidak menerima {method}.',
  'Staff can take cash for a guest; other methods are the guest’s own':
    'Staf dapat menerima uang tunai untuk tamu; metode lain dilakukan tamu sendiri',
  'A file has at most {maximum} characters: split it':
    'Satu berkas paling banyak {maximum} karakter: bagilah',
  'Cash is not settled by a provider': 'Uang tunai tidak diselesaikan oleh penyedia',

  // Imports
  'Nothing was imported: {what}': 'Tidak ada yang diimpor: {what}',
  'A name in the file is taken by something that you do not see, or was taken just now':
    'Sebuah nama di berkas sudah dipakai hal yang tidak Anda lihat, atau baru saja dipakai',
  'Shelves of the same items have been put up or removed meanwhile: import the file again':
    'Rak barang yang sama baru saja dipasang atau dilepas: impor berkasnya sekali lagi',
  'Writing the prices takes too long: import fewer lines at once':
    'Menulis harga terlalu lama: impor lebih sedikit baris sekaligus',

  // Stock
  'The MQTT broker cannot be reached; try again': 'Broker MQTT tidak dapat dihubungi; coba lagi',
  '{ingredient} exists': '{ingredient} sudah ada',
  'Another supplier has this name': 'Pemasok lain memakai nama ini',
  'Each ingredient has one price': 'Setiap bahan memiliki satu harga',
  'Each item once': 'Setiap barang satu kali',
  'None of the lines is of this purchase order': 'Tidak ada baris yang termasuk pesanan pembelian ini',
  'There is nothing to order': 'Tidak ada yang perlu dipesan',
  'Nothing is ordered from this supplier any more': 'Tidak ada lagi yang dipesan dari pemasok ini',
  'The supplier does not sell it': 'Pemasok tidak menjualnya',
  'The supplier sells at least {least} of it': 'Pemasok menjual paling sedikit {least}',
  'The supplier takes orders of {amount} rupiah and more': 'Pemasok menerima pesanan mulai {amount} rupiah',
  'More than there is': 'Melebihi yang ada',
  'The order is not at risk': 'Pesanan ini tidak terancam',
  'A count of this outlet is open': 'Penghitungan outlet ini masih berlangsung',
  'The outlet stocks nothing': 'Outlet ini tidak menyimpan apa pun',
  'The count is {status}': 'Status penghitungan: {status}',
  'More than is available': 'Melebihi yang tersedia',
  'The goods are at this outlet already': 'Barang sudah berada di outlet ini',
  'The outlet does not stock this ingredient': 'Outlet ini tidak menyimpan bahan ini',
  'The transfer is {status}': 'Status pemindahan: {status}',
  'Something of the item is on its way to another outlet':
    'Sebagian barang sedang dalam perjalanan ke outlet lain',
  'More than an order may come to': 'Melebihi nilai pesanan yang diperbolehkan',
  'You may approve orders of up to {amount} rupiah': 'Anda boleh menyetujui pesanan sampai {amount} rupiah',
  'The purchase order is {status}': 'Status pesanan pembelian: {status}',
  'The outlet has an item of {ingredient}': 'Outlet ini sudah memiliki barang stok {ingredient}',
  'A weighed item is not counted': 'Barang yang ditimbang tidak dihitung',
  'The item is counted, not weighed': 'Barang ini dihitung, bukan ditimbang',
  'From 1 to {maximum} dead letters': 'Dari 1 sampai {maximum} pesan gagal',
  'More than an item can hold': 'Melebihi yang dapat dimuat',
  'Something of the item is on hand, reserved or drawn': 'Barang ini masih ada, dipesan, atau diambil',

  // Webhooks
  'A webhook has an https URL of at most 2048 characters':
    'Webhook memakai URL https paling panjang 2048 karakter',
  'The URL of a webhook has no user name and no password':
    'URL webhook tidak memuat nama pengguna dan kata sandi',
  'The port of a webhook is 443, or one from 1024 on': 'Port webhook adalah 443, atau mulai dari 1024',
  'The address of a webhook is on the public internet': 'Alamat webhook berada di internet publik',
  'A webhook on the internet has an https URL': 'Webhook di internet memakai URL https',
  'No such type of events': 'Jenis peristiwa ini tidak ada',
  'At least one type of events': 'Paling sedikit satu jenis peristiwa',
  'At most {maximum} types of events': 'Paling banyak {maximum} jenis peristiwa',
  'There are at most {maximum} webhooks of one place': 'Satu tempat paling banyak memiliki {maximum} webhook',
  'Say of which outlet, or of which franchise': 'Sebutkan outlet atau waralaba yang dimaksud',
  'A webhook that is disabled is resumed, not paused': 'Webhook yang dinonaktifkan dilanjutkan, bukan dijeda',

  // Schedules
  'A rule has at most {maximum} characters': 'Aturan jadwal paling panjang {maximum} karakter',
  'A rule has no part {part}': 'Aturan jadwal tidak mengenal {part}',
  '{part} of the rule is not what RFC 5545 says': '{part} pada aturan jadwal tidak sesuai RFC 5545',
  '{part} of a rule is from 1 to {maximum}': '{part} pada aturan jadwal dari 1 sampai {maximum}',
  'A rule has COUNT or UNTIL, not both': 'Aturan jadwal memuat COUNT atau UNTIL, tidak keduanya',
  'The parts of the rule do not go together with FREQ={frequency}':
    'Bagian aturan jadwal tidak cocok dengan FREQ={frequency}',
  'The time zone of DTSTART is that of the schedule': 'Zona waktu DTSTART sama dengan zona waktu jadwal',
  'DTSTART lies between the years 2000 and 2100': 'DTSTART berada di antara tahun 2000 dan 2100',
  'A rule is a recurrence rule of RFC 5545, such as {example}':
    'Aturan jadwal mengikuti RFC 5545, seperti {example}',
  'A schedule falls due every {minutes} minutes at most':
    'Jadwal paling sering berjalan tiap {minutes} menit',
  'The rule never falls due': 'Menurut aturannya, jadwal ini tidak pernah berjalan',
  'There are at most {maximum} schedules of one owner':
    'Satu pemilik paling banyak memiliki {maximum} jadwal',
  'A run of the schedule is under way': 'Jadwal ini sedang dijalankan',

  // Why orders end
  'Out of stock': 'Stok habis',
  'Sold out: {items}.': 'Habis: {items}.',
  'Not paid in time': 'Tidak dibayar pada waktunya',
  'Cancelled by the outlet': 'Dibatalkan oleh outlet',
  'Cancelled by the guest': 'Dibatalkan oleh tamu',

  // Notifications
  'Order {number} is reserved': 'Pesanan {number} disiapkan untuk Anda',
  'Please pay {amount}.': 'Silakan bayar {amount}.',
  'Order {number} cannot be made': 'Pesanan {number} tidak dapat dibuat',
  'Order {number} is cancelled': 'Pesanan {number} dibatalkan',
  'Order {number} is paid': 'Pesanan {number} sudah dibayar',
  '{amount} received.': '{amount} telah diterima.',
  'Order {number} is being made': 'Pesanan {number} sedang dibuat',
  'It will be ready soon.': 'Sebentar lagi siap.',
  'Order {number} is ready': 'Pesanan {number} siap',
  'Pick it up at the counter.': 'Silakan ambil di konter.',
  'Order {number} is complete': 'Pesanan {number} selesai',
  'Enjoy!': 'Selamat menikmati!',
  'Order {number} is not ready yet': 'Pesanan {number} belum siap',
  'We are sorry: it is still being made.': 'Mohon maaf: pesanan Anda masih dibuat.',
  'Order {number} is being made again': 'Pesanan {number} sedang dibuat ulang',
  'We are sorry. It will be ready soon.': 'Mohon maaf. Sebentar lagi siap.',
  'That is not offered for the order.': 'Itu tidak ditawarkan untuk pesanan ini.',
  'That is not on the menu now.': 'Itu sedang tidak ada di menu.',
  'The guest takes something else: try again once it is set aside.':
    'Tamu mengambil penggantinya: coba lagi setelah disisihkan.',
  'Only an OFFER has an item.': 'Hanya OFFER yang punya item.',
  'Say what is offered.': 'Sebutkan apa yang ditawarkan.',
  'That takes what has run short, too.': 'Item itu juga memakai bahan yang kurang.',
  'No serving of that is left.': 'Tidak ada satu porsi pun yang tersisa.',
  'Something of order {number} has run out': 'Ada yang habis di pesanan {number}',
  'We are sorry. Would you take {name} in its place, for the same price?':
    'Mohon maaf. Mau {name} sebagai gantinya, dengan harga yang sama?',
  'Order {number} is changed': 'Pesanan {number} diubah',
  'We make {name}.': 'Kami buatkan {name}.',
  'Order {number} is as it was': 'Pesanan {number} tetap seperti semula',
  '{name} has run out, too.': '{name} juga sudah habis.',
  'Order {number} is refunded': 'Uang untuk pesanan {number} dikembalikan',
  '{amount} goes back to you.': '{amount} dikembalikan kepada Anda.',
  'Your payment did not go through': 'Pembayaran Anda gagal',
  'Your refund is on its way': 'Pengembalian dana Anda sedang diproses',
  'A payment of {amount} is disputed': 'Pembayaran {amount} disengketakan',
  'A dispute is won': 'Sengketa dimenangkan',
  'A dispute is lost': 'Sengketa kalah',
  '{amount} comes back.': '{amount} kembali.',
  '{amount} is gone.': '{amount} hilang.',
  '{ingredient} is running low': '{ingredient} hampir habis',
  '{available} left, reorder point {point}.': 'Sisa {available}, batas pemesanan ulang {point}.',
  '{ingredient} expires soon': '{ingredient} segera kedaluwarsa',
  '{ingredient} has expired': '{ingredient} sudah kedaluwarsa',
  '{quantity} left, good until {day}.': 'Sisa {quantity}, baik sampai {day}.',
  '{ingredient} no longer covers what is reserved': '{ingredient} tidak lagi mencukupi yang sudah dipesan',
  'One order is at risk.': 'Satu pesanan terancam.',
  '{count} orders are at risk.': '{count} pesanan terancam.',
  'You earned a point': 'Anda mendapat satu poin',
  'You earned {points} points': 'Anda mendapat {points} poin',
  'A point came back': 'Satu poin kembali',
  '{points} points came back': '{points} poin kembali',
  'The order that they were spent on did not go through. You have {points} now.':
    'Pesanan yang memakainya tidak jadi. Poin Anda sekarang {points}.',
  'The order that they were spent on did not go through. You owe {points} now.':
    'Pesanan yang memakainya tidak jadi. Utang poin Anda sekarang {points}.',
  'You have {points} now.': 'Poin Anda sekarang {points}.',
  'You owe {points} now.': 'Utang poin Anda sekarang {points}.',
  '{reward} can no longer be used': '{reward} tidak dapat dipakai lagi',
  'A refund took back the points that it was redeemed with.':
    'Pengembalian dana menarik kembali poin yang dipakai untuk menukarnya.',
};
